import type { Session, SnowflakeResult, SnowflakeState } from './state.js';

const text = (name: string) => ({ name, type: 'text' });

const bound = ({ bindings }: Session, place: number) => bindings[String(place)]?.value as string | null | undefined;

/** What the connector asks about the account itself: who it is, which tables there are, and their columns. */
export function lookUp(state: SnowflakeState, statement: string, session: Session): SnowflakeResult | null {
  if (statement.startsWith('SELECT CURRENT_USER()')) {
    return {
      columns: [text('USER'), text('ROLE'), text('ACCOUNT')],
      rows: [['CASTELLAN', 'CASTELLAN_WRITER', 'ACME-WAREHOUSE']],
    };
  }
  if (/ FROM information_schema\.tables /.test(statement)) {
    const there = state.tables.filter(({ database }) => database === session.database);
    return {
      columns: [text('TABLE_SCHEMA'), text('TABLE_NAME')],
      rows: there.map(({ schema, name }) => [schema, name]),
    };
  }
  const [, database] = / FROM (?:"([^"]+)"\.)?information_schema\.columns /.exec(statement) ?? [];
  if (!/ FROM (?:"[^"]+"\.)?information_schema\.columns /.test(statement)) return null;
  const schema = bound(session, 1) ?? session.schema;
  const found = state.tables.find(
    (one) => one.database === (database ?? session.database) && one.schema === schema && one.name === bound(session, 2),
  );
  return {
    columns: [text('COLUMN_NAME'), text('DATA_TYPE')],
    rows: (found?.columns ?? []).map(({ name, type }) => [name, type]),
  };
}
