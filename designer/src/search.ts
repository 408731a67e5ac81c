import { accountStatuses, accountTypes, planActions, runStatuses } from '@castellan/api';
import { z } from 'zod';

/** What each page keeps in the address: filters, selection, tab. A value that does not fit is left out. */
const text = z.string().min(1).optional().catch(undefined);

/** Statuses of runs with commas between them; one that there is not is left out. */
const statuses = text.transform((value) => {
  const known = value?.split(',').filter((status) => (runStatuses as readonly string[]).includes(status)) ?? [];
  return known.length === 0 ? undefined : known.join(',');
});

/** An instant, as the API takes it. */
const instant = z.iso.datetime({ offset: true }).optional().catch(undefined);

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values).optional().catch(undefined);
}

export const SignInSearch = z.object({ next: text });
export const ApprovalLinkSearch = z.object({ link: text });
export const FlowsSearch = z.object({ q: text });
export const EditorSearch = z.object({
  step: text,
  tab: oneOf(['variables', 'connections', 'problems', 'versions', 'flow', 'test', 'cases']),
  version: text,
  run: text,
});
export const TrialsSearch = z.object({
  trial: text,
  run: text,
  show: oneOf(['different', 'same', 'failed']),
});
export const PlanSearch = z.object({ action: oneOf(planActions), q: text, show: oneOf(['unused', 'matched']) });
export const RunsSearch = z.object({
  flow: text,
  status: statuses,
  time: oneOf(['1h', '24h', '7d', '30d', 'all']),
  from: instant,
  to: instant,
  q: text,
  about: text,
  mode: oneOf(['live', 'test', 'plan', 'shadow']),
});
export const BulkSearch = z.object({ show: oneOf(['refused', 'done', 'waiting']) });
export const RunSearch = z.object({ step: text, iteration: text, tab: text });
export const ConnectorsSearch = z.object({ q: text });
export const ConnectorSearch = z.object({ q: text, open: text });
/** The connector of which a document becomes the next version. */
export const ImportSearch = z.object({ into: text });
export const NewConnectionSearch = z.object({ connector: text });
/** What another system's page sends people back with: RFC 6749 §4.1.2. */
export const ConsentSearch = z.object({ state: text, code: text, error: text, error_description: text });
/** Accounts and groups of all integrations, or of one: filters, and the record that is open. */
const records = {
  q: text,
  status: oneOf(accountStatuses),
  type: oneOf(accountTypes),
  gone: oneOf(['removed', 'all']),
  /** Accounts in this group. */
  group: text,
  account: text,
  open: text,
};
export const NewIntegrationSearch = z.object({ connector: text, connection: text });
export const IntegrationSearch = z.object({
  ...records,
  tab: oneOf(['syncs', 'accounts', 'groups', 'teams', 'settings']),
  sync: text,
});
export const PeopleSearch = z.object({
  ...records,
  tab: oneOf(['people', 'accounts', 'groups']),
  integration: text,
  department: text,
});
export const TeamsSearch = z.object({ q: text });
export const TeamSearch = z.object({
  tab: oneOf(['members', 'resources', 'settings']),
  q: text,
  gone: oneOf(['gone']),
});
export const PersonSearch = z.object({ account: text });
export const TemplatesSearch = z.object({ category: text, q: text });
export const wizardSteps = ['about', 'connections', 'settings', 'check'] as const;
export const WizardSearch = z.object({ step: oneOf(wizardSteps) });
export const ApprovalsSearch = z.object({ show: oneOf(['mine', 'open', 'decided']) });
export const ArrivalsSearch = z.object({
  tab: oneOf(['deliveries', 'triggers']),
  flow: text,
  status: text,
  time: oneOf(['1h', '24h', '7d', '30d', 'all']),
  q: text,
});
export const NewSubscriptionSearch = z.object({ event: text });
export const TableSearch = z.object({
  tab: oneOf(['rows', 'changes', 'columns']),
  filter: text,
  sort: text,
  down: oneOf(['true']),
  row: text,
});
export const SimulatorSearch = z.object({ tab: text });
export const AuditSearch = z.object({
  actor: text,
  action: text,
  object: text,
  time: oneOf(['24h', '7d', '30d', 'all']),
});
export const SettingsSearch = z.object({ tab: oneOf(['workspace', 'safety', 'evidence', 'tokens', 'agents']) });

/** The address holds plain text: `?flow=0123` stays a text with its zero, as it was given. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
