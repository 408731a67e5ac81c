import { Button, Group, ScrollArea, Skeleton, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  key: string;
  title: string;
  /** The title is read to those who cannot see, but takes no room. */
  titleHidden?: boolean;
  /** Stands in the head in place of the title, such as a box that chooses all rows. */
  head?: ReactNode;
  cell(row: Row): ReactNode;
  width?: number | string;
  align?: 'left' | 'right';
  /** Left out on narrow screens. */
  wideOnly?: boolean;
}

interface Props<Row> {
  /** What the table holds, for those who cannot see it. */
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey(row: Row): string;
  /** Shown in place of a table without rows. */
  empty: ReactNode;
  /** A row opens something; its first cell then also holds a link, for the keyboard. */
  onOpen?: (row: Row) => void;
  /** Something that belongs under a row, such as its details. */
  below?: (row: Row) => ReactNode;
  more?: More;
}

/** The further rows of a list that is read page by page. */
export interface More {
  has: boolean;
  loading: boolean;
  load(): void;
}

/** The same of a query. */
export function moreOf(list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown }): More {
  return { has: list.hasNextPage, loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() };
}

/** A list as a table: grey bars while it loads, an empty state, and more rows on request. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, empty, onOpen, below, more } = props;
  if (rows?.length === 0) return <div className="card">{empty}</div>;
  return (
    <>
      <ScrollArea className="card" type="auto">
        <Table aria-label={label} aria-busy={rows === undefined} highlightOnHover={onOpen !== undefined}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.key} w={column.width} ta={column.align} className={classOf(column)}>
                  {column.head ?? headOf(column)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows === undefined
              ? [1, 2, 3].map((row) => <LoadingRow key={row} columns={columns} />)
              : rows.map((row) => [
                  <Table.Tr
                    key={rowKey(row)}
                    className={onOpen && classes.opens}
                    onClick={onOpen && ((event) => isOwnClick(event) && onOpen(row))}
                  >
                    {columns.map((column) => (
                      <Table.Td key={column.key} ta={column.align} className={classOf(column)}>
                        {column.cell(row)}
                      </Table.Td>
                    ))}
                  </Table.Tr>,
                  below && <BelowRow key={`${rowKey(row)} below`} span={columns.length} content={below(row)} />,
                ])}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {more && <MoreRows more={more} />}
    </>
  );
}

/** The button below a list that is read page by page; nothing once all of it is there. */
export function MoreRows({ more: { has, loading, load } }: { more: More }) {
  if (!has) return null;
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={loading} onClick={load}>
        Show more
      </Button>
    </Group>
  );
}

function headOf<Row>({ title, titleHidden }: Column<Row>): ReactNode {
  return titleHidden ? <span className={classes.unseen}>{title}</span> : title;
}

function LoadingRow<Row>({ columns }: { columns: Column<Row>[] }) {
  return (
    <Table.Tr>
      {columns.map((column) => (
        <Table.Td key={column.key} className={classOf(column)}>
          <Skeleton height={16} my={4} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function BelowRow({ span, content }: { span: number; content: ReactNode }) {
  if (content === null || content === undefined || content === false) return null;
  return (
    <Table.Tr className={classes.below}>
      <Table.Td colSpan={span}>{content}</Table.Td>
    </Table.Tr>
  );
}

function classOf<Row>(column: Column<Row>) {
  return [column.width === undefined && classes.roomy, column.wideOnly && classes.wideOnly].filter(Boolean).join(' ');
}

/** Clicks on links and buttons in a row are theirs, and so is the end of a selection of text. */
function isOwnClick(event: React.MouseEvent): boolean {
  if (window.getSelection()?.toString()) return false;
  return (event.target as Element).closest('a, button, input, label, [role="menuitem"]') === null;
}
