import type { AccountFilter, GroupFilter } from '../../api/directory.js';

/** What the address says of accounts and groups: the filters, and which record is open. */
export interface RecordsView {
  q?: string | undefined;
  status?: AccountFilter['status'];
  type?: AccountFilter['type'];
  gone?: 'removed' | 'all' | undefined;
  group?: string | undefined;
  integration?: string | undefined;
  account?: string | undefined;
  open?: string | undefined;
}

export interface RecordsProps {
  view: RecordsView;
  /** Changes what the address says. */
  onChange(part: Partial<RecordsView>): void;
  /** The page is about one integration already. */
  within?: boolean;
}

const defined = <T extends object>(filter: T): T =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as T;

export const accountFilter = ({ q, status, type, gone, group, integration }: RecordsView): AccountFilter =>
  defined({ q, status, type, gone, group, integration });

export const groupFilter = ({ q, gone, integration }: RecordsView): GroupFilter => defined({ q, gone, integration });
