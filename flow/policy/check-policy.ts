import type { Catalog, Problem } from '../schema/catalog.js';
import { type PolicyRule, policyRules } from '../schema/policy.js';
import type { Facts } from '../validate/facts.js';
import type { Finding, Rule } from './finding.js';
import { bound } from './rules/bound.js';
import { guarded } from './rules/guarded.js';
import { hrData } from './rules/hr-data.js';
import { repeats } from './rules/repeats.js';
import { secrets } from './rules/secrets.js';
import { signed } from './rules/signed.js';

/** The codes of what breaks the policy of a workspace. */
export const policyCodes: Record<PolicyRule, string> = {
  guarded: 'policy_unguarded',
  bound: 'policy_unbound',
  signed: 'policy_unsigned',
  hrData: 'policy_hr_data',
  secrets: 'policy_secret',
  repeats: 'policy_repeated',
};

const ruleChecks: Record<PolicyRule, Rule> = { guarded, bound, signed, hrData, secrets, repeats };

/** The catalogue as one flow is held against it: without the rules from which it is excepted. */
export function catalogFor<Of extends Pick<Catalog, 'policy'>>(catalog: Of, flowId: string): Of {
  const { policy } = catalog;
  if (!policy) return catalog;
  const excepted = policy.exceptions.filter((one) => one.flowId === flowId);
  const off = Object.fromEntries(excepted.map(({ rule }) => [rule, { ...policy.rules[rule], mode: 'off' as const }]));
  return { ...catalog, policy: { ...policy, rules: { ...policy.rules, ...off } } };
}

/** What of a flow breaks the rules of its workspace, each with the way by which it does. */
export function checkPolicy(facts: Facts): Problem[] {
  const { policy } = facts.catalog;
  if (!policy) return [];
  return policyRules
    .filter((rule) => policy.rules[rule].mode !== 'off')
    .flatMap((rule) => ruleChecks[rule](facts, policy).map((finding) => problemOf(facts, rule, finding)));
}

function problemOf(facts: Facts, rule: PolicyRule, { at, pointer, way, message, remedy }: Finding): Problem {
  const step = facts.findStep(at ?? '');
  const trigger = facts.triggers.find(({ id }) => id === at);
  const refused = facts.catalog.policy?.rules[rule].mode === 'refuse';
  return {
    severity: refused ? 'error' : 'warning',
    code: policyCodes[rule],
    pointer: pointer ?? step?.pointer ?? trigger?.pointer ?? '',
    ...(step ? { stepId: step.id } : {}),
    message,
    fix: `${remedy}, or ask an administrator for an exception.`,
    way,
  };
}
