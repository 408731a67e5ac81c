import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useTables() {
  const ws = useWorkspace().id;
  return useQuery(read('tables', routes.tables.list, { params: { ws } }));
}

export function useTable(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('tables', routes.tables.get, { params: { ws, id } }));
}

export function useRows(id: string, query: { filter?: string; sort?: string; descending: 'true' | 'false' }) {
  const ws = useWorkspace().id;
  const pages = readPages('rows', routes.tables.rows, { params: { ws, id }, query: { ...query, limit: 100 } });
  return useInfiniteQuery({
    ...pages,
    select: (data) => ({ rows: data.pages.flatMap(({ items }) => items), matching: data.pages[0]?.matching ?? null }),
  });
}

export function useTableChanges(id: string, key?: string) {
  const ws = useWorkspace().id;
  const query = { limit: 20, ...(key === undefined ? {} : { key }) };
  return useInfiniteQuery(readPages('rows', routes.tables.changes, { params: { ws, id }, query }));
}

export function useCreateTable() {
  return useChange({
    send: (ws, body: Given<typeof routes.tables.create>['body']) =>
      call(routes.tables.create, { params: { ws }, body }),
    stale: ['tables', 'catalog'],
    shown: true,
  });
}

export function useSaveTable(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.tables.save>['body']) =>
      call(routes.tables.save, { params: { ws, id }, body }),
    stale: ['tables', 'rows', 'catalog'],
    shown: true,
  });
}

export function useRemoveTable() {
  return useChange({
    send: (ws, id: string) => call(routes.tables.remove, { params: { ws, id } }),
    stale: ['tables', 'catalog'],
    shown: true,
  });
}

export function useSaveRow(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.tables.saveRow>['body']) =>
      call(routes.tables.saveRow, { params: { ws, id }, body }),
    stale: ['tables', 'rows'],
    shown: true,
  });
}

export function useRemoveRows(id: string) {
  return useChange({
    send: (ws, rows: { key: string; version: number }[]) =>
      call(routes.tables.removeRows, { params: { ws, id }, body: { rows } }),
    stale: ['tables', 'rows'],
    shown: true,
  });
}

export function usePutBack(id: string) {
  return useChange({
    send: (ws, version: number) => call(routes.tables.putBack, { params: { ws, id, n: String(version) } }),
    stale: ['tables', 'rows'],
    shown: true,
  });
}

/** The most characters of a file that go as one part. */
const partLength = 1_000_000;

export function useImportCsv(id: string) {
  return useChange({
    send: (ws, { csv, ...how }: { csv: string; preview: boolean; replace: boolean }) => {
      const parts = csv.match(new RegExp(`[\\s\\S]{1,${partLength}}`, 'gu')) ?? [''];
      return call(routes.tables.importCsv, { params: { ws, id }, body: { csv: parts, ...how } });
    },
    stale: ['tables', 'rows'],
    shown: true,
  });
}
