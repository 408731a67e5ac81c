import type { z } from 'zod';
import type { DirectoryEnvelope } from './directory.js';
import type { JsonObject, JsonValue } from './types.js';

/** A team that a group is made for. */
export interface PushedTeam {
  name: string;
  description: string;
}

/** A call of one of the connector's own operations. `fields` are those of its input that `input` gives, all of them. */
export interface PushCall<Of extends unknown[]> {
  operation: string;
  fields: readonly string[];
  /** Pure. Null: what is known of them does not suffice. */
  input(...of: Of): JsonObject | null;
}

/**
 * How the members of a group are written, by the connector's operations: what pushes do is done by steps, and so
 * limited, kept and taken back as theirs. Groups and accounts are given as the system gave them.
 */
export interface DirectoryPush {
  /** Asked when an integration pushes; only what JSON Schema can say, all with defaults. */
  settings: z.ZodObject;
  /** Why nobody can be written to such a group, as a sentence; null, or left out: it is one as others. Pure. */
  refuses?(group: DirectoryEnvelope): string | null;
  /** Makes an account a plain member. A repeat changes nothing, also where it is one by other means. */
  add: PushCall<[group: DirectoryEnvelope, account: DirectoryEnvelope]>;
  /** Ends a plain membership. A repeat changes nothing. */
  remove: PushCall<[group: DirectoryEnvelope, account: DirectoryEnvelope]>;
  /** Makes a group without members; left out where the system cannot. */
  create?: PushCall<[team: PushedTeam, settings: JsonObject]> & {
    /** Why no group can be made with these settings, as a sentence; null: nothing is missing. */
    missing(settings: JsonObject): string | null;
    /** The group that the operation answered with, as a list of groups gives it; pure. */
    made(answer: JsonValue): DirectoryEnvelope;
  };
}
