import { z } from 'zod';

/** What a broken rule does: nothing, it is told, or the flow is not published. */
export const policyModes = ['off', 'warn', 'refuse'] as const;
const mode = z.enum(policyModes).default('off');

export const policyRules = ['guarded', 'bound', 'signed', 'hrData', 'secrets', 'repeats'] as const;
export type PolicyRule = (typeof policyRules)[number];

const connectorIds = z.array(z.string().min(1).max(100)).max(100);
const patterns = z.array(z.string().min(1).max(200)).max(500);

/** The rules that flows of a workspace are held against when they are checked and published. */
export const publishPolicySchema = z.strictObject({
  /** What takes something away comes only after an approval, or under a budget. */
  guarded: z
    .strictObject({
      mode,
      by: z.enum(['approval', 'approval_or_budget']).default('approval_or_budget'),
      /** Connectors whose steps may take away without either. */
      exceptConnectors: connectorIds.default(['table']),
    })
    .prefault({}),
  /** An approval says just which removals it lets through. */
  bound: z.strictObject({ mode }).prefault({}),
  /** What a webhook brings that nobody has signed changes nothing unless somebody approves. */
  signed: z.strictObject({ mode, exceptConnectors: connectorIds.default([]) }).prefault({}),
  /** What comes from an HR system is not told in public, nor to people outside. */
  hrData: z
    .strictObject({
      mode,
      /** Connectors that count as HR systems. */
      systems: connectorIds.default(['workday', 'bamboohr']),
      /** Names or ids of channels, with `*` for any characters. */
      publicChannels: patterns.default(['*']),
      /** Of these, the ones that only some people read. */
      privateChannels: patterns.default([]),
      /** Domains of the company's own addresses; mail to others leaves it. None: mail is not looked at. */
      ownDomains: patterns.default([]),
      /** Connectors whose addresses are those of the company's own people. */
      peopleFrom: connectorIds.default([
        ...['workday', 'bamboohr', 'directory', 'google-workspace', 'okta', 'entra', 'opal', 'sailpoint'],
      ]),
      /** Other systems that everybody reads, `jira`, or a part of one, `jira/HELP`. */
      publicSystems: patterns.default([]),
    })
    .prefault({}),
  /** Passwords, keys and tokens stand in no message, ticket or log, and not in the flow itself. */
  secrets: z
    .strictObject({
      mode,
      /** Connectors by which people or logs would get them. */
      systems: connectorIds.default([
        ...['slack', 'teams', 'gmail', 'smtp', 'jira', 'servicenow', 'pagerduty', 'datadog', 'splunk'],
        ...['google-sheets', 'table'],
      ]),
    })
    .prefault({}),
  /** What would happen twice if it were sent twice is not sent by what may come twice. */
  repeats: z.strictObject({ mode }).prefault({}),
});
export type PublishPolicy = z.infer<typeof publishPolicySchema>;

/** A step or trigger on a way, as people know it. */
export const stopSchema = z.object({ id: z.string(), title: z.string() });
export type Stop = z.infer<typeof stopSchema>;
const way = z.array(stopSchema);

/** Where others read what a step writes. A name is null where it is known only when the flow runs. */
const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('channel'), name: z.string().nullable() }),
  /** Of an address that is worked out, the connectors that it comes from; null: something else. */
  z.object({ kind: z.literal('address'), name: z.string().nullable(), from: z.array(z.string().nullable()) }),
  z.object({ kind: z.literal('system'), connector: z.string(), name: z.string().nullable() }),
]);
export type Place = z.infer<typeof place>;

/** What the rules have to know of a flow that others call. */
export const policyFactsSchema = z.object({
  /** Steps that take something away, with a way to each that meets no approval. */
  takes: z.array(z.object({ way, connector: z.string() })),
  /** Steps that change something, in the same way. `once`: what is sent twice happens twice. */
  writes: z.array(z.object({ way, connector: z.string(), once: z.boolean() })),
  /** Calls of other flows, with a way to each that meets no approval. */
  calls: z.array(z.object({ way, flow: z.string() })),
  /** What tells others what the flow is called with. */
  posts: z.array(z.object({ way, place })),
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
