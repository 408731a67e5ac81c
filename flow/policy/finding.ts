import type { PolicyContext, Stop } from '../schema/policy.js';
import type { Facts } from '../validate/facts.js';

/** Where and how a flow breaks a rule. */
export interface Finding {
  /** The step or trigger where it shows. */
  at: string | undefined;
  /** The field, where it is not the whole of it. */
  pointer?: string;
  way: Stop[];
  message: string;
  /** What to do about it, as a part of a sentence. */
  remedy: string;
}

/** Looks for what breaks one rule. */
export type Rule = (facts: Facts, context: PolicyContext) => Finding[];
