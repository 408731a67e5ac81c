import { SimulatedRefusal } from '@castellan/sdk/simulator';

/** What filters and sorters may name, and where in a row it is. */
export type Fields<Row> = Record<string, (row: Row) => unknown>;

type Test<Row> = (row: Row) => boolean;

const operators: Record<string, (value: string, given: string) => boolean> = {
  eq: (value, given) => value === given,
  ne: (value, given) => value !== given,
  gt: (value, given) => value > given,
  ge: (value, given) => value >= given,
  lt: (value, given) => value < given,
  le: (value, given) => value <= given,
  sw: (value, given) => value.toLowerCase().startsWith(given.toLowerCase()),
  co: (value, given) => value.toLowerCase().includes(given.toLowerCase()),
};

const token = /\s*("(?:[^"\\]|\\.)*"|[(),]|[^\s(),"]+)/y;

/** A filter as SailPoint writes them: `name sw "Jane" and (id eq "1" or not id in ("2", "3"))`. */
export function filterOf<Row>(text: string, fields: Fields<Row>): Test<Row> {
  const tokens = tokensOf(text);
  const test = either(tokens, fields);
  if (tokens.length > 0) throw wrong(`nothing is expected after “${text}”`);
  return test;
}

function either<Row>(tokens: string[], fields: Fields<Row>): Test<Row> {
  const tests = [both(tokens, fields)];
  while (tokens[0]?.toLowerCase() === 'or') {
    tokens.shift();
    tests.push(both(tokens, fields));
  }
  return (row) => tests.some((test) => test(row));
}

function both<Row>(tokens: string[], fields: Fields<Row>): Test<Row> {
  const tests = [single(tokens, fields)];
  while (tokens[0]?.toLowerCase() === 'and') {
    tokens.shift();
    tests.push(single(tokens, fields));
  }
  return (row) => tests.every((test) => test(row));
}

function single<Row>(tokens: string[], fields: Fields<Row>): Test<Row> {
  const first = tokens.shift() ?? '';
  if (first.toLowerCase() === 'not') {
    const test = single(tokens, fields);
    return (row) => !test(row);
  }
  if (first === '(') {
    const test = either(tokens, fields);
    if (tokens.shift() !== ')') throw wrong('a parenthesis is not closed');
    return test;
  }
  return comparison(first, tokens, fields);
}

function comparison<Row>(name: string, tokens: string[], fields: Fields<Row>): Test<Row> {
  const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!read) throw wrong(`“${name}” cannot be filtered by`);
  const operator = (tokens.shift() ?? '').toLowerCase();
  if (operator === 'pr') return (row) => read(row) != null;
  if (operator === 'isnull') return (row) => read(row) == null;
  const compare = operators[operator];
  const given = operator === 'in' ? listed(tokens) : [plain(tokens.shift())];
  if (operator !== 'in' && !compare) throw wrong(`“${operator}” is no operator`);
  const test = compare ?? operators.eq!;
  return (row) => [read(row)].flat().some((value) => value != null && given.some((each) => test(String(value), each)));
}

function listed(tokens: string[]): string[] {
  if (tokens.shift() !== '(') throw wrong('“in” wants a list in parentheses');
  const values: string[] = [];
  for (let next = tokens.shift(); next !== ')'; next = tokens.shift()) {
    if (next !== ',') values.push(plain(next));
  }
  return values;
}

function plain(text: string | undefined): string {
  if (text === undefined) throw wrong('a value is missing');
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const found = token.exec(text);
    if (!found) throw wrong(`“${text}” cannot be read`);
    tokens.push(found[1]!);
  }
  return tokens;
}

function wrong(what: string): SimulatedRefusal {
  return new SimulatedRefusal(400, `The filter is not valid: ${what}.`);
}
