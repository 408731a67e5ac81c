import { z } from 'zod';

/** What a broken rule does: nothing, it is told, or the flow is not published. */
export const policyModes = ['off', 'warn', 'refuse'] as const;
const mode = z.enum(policyModes).default('off');

export const policyRules = ['guarded', 'hrData'] as const;
export type PolicyRule = (typeof policyRules)[number];

/** The rules that flows of a workspace are held against when they are checked and published. */
export const publishPolicySchema = z.strictObject({
  /** What takes something away comes only after an approval, or under a budget. */
  guarded: z
    .strictObject({
      mode,
      by: z.enum(['approval', 'approval_or_budget']).default('approval_or_budget'),
      /** Connectors whose steps may take away without either. */
      exceptConnectors: z.array(z.string().min(1).max(100)).max(100).default(['table']),
    })
    .prefault({}),
  /** What comes from an HR system is not posted to a public channel. */
  hrData: z
    .strictObject({
      mode,
      /** Connectors that count as HR systems. */
      systems: z.array(z.string().min(1).max(100)).max(100).default(['workday', 'bamboohr']),
      /** Names or ids of channels, with `*` for any characters. */
      publicChannels: z.array(z.string().min(1).max(200)).max(500).default(['*']),
    })
    .prefault({}),
});
export type PublishPolicy = z.infer<typeof publishPolicySchema>;

/** A step or trigger on a way, as people know it. */
const stop = z.object({ id: z.string(), title: z.string() });
export type Stop = z.infer<typeof stop>;
const way = z.array(stop);

/** What the rules have to know of a flow that others call. */
export const policyFactsSchema = z.object({
  /** Steps that take something away, with a way to each that meets no approval. */
  takes: z.array(z.object({ way, connector: z.string() })),
  /** Calls of other flows, with a way to each that meets no approval. */
  calls: z.array(z.object({ way, flow: z.string() })),
  /** Posts of what the flow is called with. */
  posts: z.array(z.object({ way, channel: z.string().nullable() })),
  /** What it answers is, in part, what it was called with. */
  answersInput: z.boolean(),
  /** Connectors from which what it answers comes. */
  answersFrom: z.array(z.string()),
});
export type PolicyFacts = z.infer<typeof policyFactsSchema>;

/** The policy with what it takes to hold a flow against it. */
export const policyContextSchema = z.object({
  rules: publishPolicySchema,
  /** The workspace has a budget that counts for every flow. */
  budgeted: z.boolean(),
  exceptions: z.array(z.object({ flowId: z.string(), rule: z.enum(policyRules) })),
  /** Of the published flows that can be called, by their ids. */
  called: z.record(z.string(), policyFactsSchema),
});
export type PolicyContext = z.infer<typeof policyContextSchema>;
