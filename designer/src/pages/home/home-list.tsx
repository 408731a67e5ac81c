import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './home.module.css';

interface Props<Row> {
  title: string;
  rows: Row[];
  rowKey(row: Row): string;
  main(row: Row): ReactNode;
  /** On the right. */
  side(row: Row): ReactNode;
  /** Said in place of an empty list. */
  none: string;
  /** A link to all of them. */
  all?: ReactNode;
}

/** One question of the home page and its answer. */
export function HomeList<Row>({ title, rows, rowKey, main, side, none, all }: Props<Row>) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <ul className={`card links ${classes.list}`}>
          {rows.map((row) => (
            <li key={rowKey(row)}>
              <div className={classes.main}>{main(row)}</div>
              <Text span size="sm" c="dimmed">
                {side(row)}
              </Text>
            </li>
          ))}
        </ul>
      )}
      {rows.length > 0 && all && (
        <Text size="sm" mt="xs">
          {all}
        </Text>
      )}
    </section>
  );
}
