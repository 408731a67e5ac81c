import type { z } from 'zod';

/** An event that Castellan tells other systems of. One file each, named in the catalogue. */
export interface EventKind<Data extends z.ZodObject = z.ZodObject> {
  /** `<thing>.<what happened to it>`; never changed once it is released. */
  type: string;
  title: string;
  /** When it is told, in a sentence or two. */
  description: string;
  /** What is told of it. Fields are added, never removed or given another meaning. */
  data: Data;
  sample: z.output<Data>;
  /** The page of the designer about it, below the workspace's address. */
  page(data: z.output<Data>): string;
  /** How its data are read in the statement that makes it happen. */
  facts: EventFacts;
}

/**
 * Parts of a statement over `changed`, the rows that a statement has just written. All of them are SQL; the columns of
 * `changed` are said where a kind of row has them (changed-rows.ts).
 */
export interface EventFacts {
  /** What is joined to `changed`; it may multiply its rows. */
  joins: string;
  /** Which of them are such an event. */
  when: string;
  /** A jsonb value as `data` says. */
  data: string;
  /** How many runs stand above one that the event would start. */
  depth: string;
}

export const defineEvent = <Data extends z.ZodObject>(kind: EventKind<Data>): EventKind<Data> => kind;
