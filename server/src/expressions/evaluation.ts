import type { StepErrorCode } from '@castellan/api';

/** What a text field is written for; decides how values put into a Handlebars template are escaped. */
export const textTargets = ['html', 'mrkdwn', 'url', 'header', 'csv', 'json', 'sql', 'plain'] as const;
export type TextTarget = (typeof textTargets)[number];

/** One thing to evaluate: exactly one of `value`, `condition`, `list`, `cel` and `celKey`. */
export interface EvaluationRequest {
  /** Tenancy boundary: a host process serves one workspace at a time and shares no compiled source between two. */
  workspaceId: string;
  /**
   * A literal with expressions at any depth: objects whose only key is `jsonata`, `handlebars` or `literal`.
   * `var` is already substituted at publish.
   */
  value?: unknown;
  /** A condition (an expression, or groups of comparisons); its value is a boolean. */
  condition?: unknown;
  /** A list, and the condition by which its items stay in it (all, without one); its value is the list of those. */
  list?: { items: unknown; when?: unknown };
  /** Source of a CEL filter over `delivery`, which is the context's `trigger`, over the context's `event`, or over the parts of its `record`; its value is a boolean. */
  cel?: string;
  /** Source of a CEL key over `delivery`; its value is a text, or null where there is none. */
  celKey?: string;
  /** Target of text fields by JSON pointer into `value`; `*` stands for any one segment. Default plain. */
  text?: Record<string, string>;
  /** What expressions see: trigger, steps, item, index, loops, run, vars. JSON data only. */
  context: Record<string, unknown>;
  /** Longest evaluation of this one; default that of the message. */
  milliseconds?: number;
  /** The instant that expressions take for now, as epoch milliseconds; left out: the present one. */
  now?: number;
}

export interface EvaluationError {
  code: StepErrorCode;
  /** One sentence: what is wrong. */
  message: string;
  /** JSON pointer to the expression within `value`, `condition` or `list`. */
  pointer?: string;
  /** Offset in characters in the source of the expression. */
  position?: number;
  /** Characters from there that it is about, where that is known. */
  length?: number;
}

/** `milliseconds` is the time that the evaluation itself took; a missing value is null. */
export type EvaluationResult =
  | { ok: true; value: unknown; milliseconds: number }
  | { ok: false; error: EvaluationError; milliseconds: number };

export interface EvaluationLimits {
  /** Longest evaluation of each request; default 1000. */
  milliseconds?: number;
}
