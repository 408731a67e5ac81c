import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as search from '../search.js';
import { workspace } from './entrance.js';

const home = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home/home-page.js'), 'HomePage'),
});

const flows = createRoute({
  getParentRoute: () => workspace,
  path: '/flows',
  validateSearch: search.FlowsSearch,
  component: lazyRouteComponent(() => import('../pages/flows/flows-page.js'), 'FlowsPage'),
});

const editor = createRoute({
  getParentRoute: () => workspace,
  path: '/flows/$flowId',
  validateSearch: search.EditorSearch,
  component: lazyRouteComponent(() => import('../pages/editor-page.js'), 'EditorPage'),
});

const trials = createRoute({
  getParentRoute: () => workspace,
  path: '/flows/$flowId/trials',
  validateSearch: search.TrialsSearch,
  component: lazyRouteComponent(() => import('../pages/trials/trials-page.js'), 'TrialsPage'),
});

const plans = createRoute({
  getParentRoute: () => workspace,
  path: '/flows/$flowId/plans',
  component: lazyRouteComponent(() => import('../pages/plans/plans-page.js'), 'PlansPage'),
});

const plan = createRoute({
  getParentRoute: () => workspace,
  path: '/plans/$planId',
  validateSearch: search.PlanSearch,
  component: lazyRouteComponent(() => import('../pages/plans/plan-page.js'), 'PlanPage'),
});

const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  validateSearch: search.RunsSearch,
  component: lazyRouteComponent(() => import('../pages/runs/runs-page.js'), 'RunsPage'),
});

const bulkActions = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/bulk',
  component: lazyRouteComponent(() => import('../pages/runs/bulk/bulk-list-page.js'), 'BulkListPage'),
});

const bulkAction = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/bulk/$bulkId',
  validateSearch: search.BulkSearch,
  component: lazyRouteComponent(() => import('../pages/runs/bulk/bulk-page.js'), 'BulkPage'),
});

const run = createRoute({
  getParentRoute: () => workspace,
  path: '/runs/$runId',
  validateSearch: search.RunSearch,
  component: lazyRouteComponent(() => import('../pages/run-page.js'), 'RunPage'),
});

const connections = createRoute({
  getParentRoute: () => workspace,
  path: '/connections',
  component: lazyRouteComponent(() => import('../pages/connections/connections-page.js'), 'ConnectionsPage'),
});

const newConnection = createRoute({
  getParentRoute: () => workspace,
  path: '/connections/new',
  validateSearch: search.NewConnectionSearch,
  component: lazyRouteComponent(() => import('../pages/connections/new-connection-page.js'), 'NewConnectionPage'),
});

const consent = createRoute({
  getParentRoute: () => workspace,
  path: '/connections/consent',
  validateSearch: search.ConsentSearch,
  component: lazyRouteComponent(() => import('../pages/connections/consent-page.js'), 'ConsentPage'),
});

const connection = createRoute({
  getParentRoute: () => workspace,
  path: '/connections/$connectionId',
  component: lazyRouteComponent(() => import('../pages/connections/connection-page.js'), 'ConnectionPage'),
});

const newOpalApp = createRoute({
  getParentRoute: () => workspace,
  path: '/opal-apps/new',
  component: lazyRouteComponent(() => import('../pages/opal-apps/new-opal-app-page.js'), 'NewOpalAppPage'),
});

const opalApp = createRoute({
  getParentRoute: () => workspace,
  path: '/opal-apps/$appId',
  component: lazyRouteComponent(() => import('../pages/opal-apps/opal-app-page.js'), 'OpalAppPage'),
});

const integrations = createRoute({
  getParentRoute: () => workspace,
  path: '/integrations',
  component: lazyRouteComponent(() => import('../pages/integrations/integrations-page.js'), 'IntegrationsPage'),
});

const newIntegration = createRoute({
  getParentRoute: () => workspace,
  path: '/integrations/new',
  validateSearch: search.NewIntegrationSearch,
  component: lazyRouteComponent(() => import('../pages/integrations/new-integration-page.js'), 'NewIntegrationPage'),
});

const integration = createRoute({
  getParentRoute: () => workspace,
  path: '/integrations/$integrationId',
  validateSearch: search.IntegrationSearch,
  component: lazyRouteComponent(() => import('../pages/integrations/integration-page.js'), 'IntegrationPage'),
});

const people = createRoute({
  getParentRoute: () => workspace,
  path: '/people',
  validateSearch: search.PeopleSearch,
  component: lazyRouteComponent(() => import('../pages/people/people-page.js'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => workspace,
  path: '/people/$personKey',
  validateSearch: search.PersonSearch,
  component: lazyRouteComponent(() => import('../pages/people/person-page.js'), 'PersonPage'),
});

const teams = createRoute({
  getParentRoute: () => workspace,
  path: '/teams',
  validateSearch: search.TeamsSearch,
  component: lazyRouteComponent(() => import('../pages/teams/teams-page.js'), 'TeamsPage'),
});

const newTeam = createRoute({
  getParentRoute: () => workspace,
  path: '/teams/new',
  component: lazyRouteComponent(() => import('../pages/teams/new-team-page.js'), 'NewTeamPage'),
});

const team = createRoute({
  getParentRoute: () => workspace,
  path: '/teams/$teamId',
  validateSearch: search.TeamSearch,
  component: lazyRouteComponent(() => import('../pages/teams/team-page.js'), 'TeamPage'),
});

const tables = createRoute({
  getParentRoute: () => workspace,
  path: '/tables',
  component: lazyRouteComponent(() => import('../pages/tables/tables-page.js'), 'TablesPage'),
});

const newTable = createRoute({
  getParentRoute: () => workspace,
  path: '/tables/new',
  component: lazyRouteComponent(() => import('../pages/tables/new-table-page.js'), 'NewTablePage'),
});

const table = createRoute({
  getParentRoute: () => workspace,
  path: '/tables/$tableId',
  validateSearch: search.TableSearch,
  component: lazyRouteComponent(() => import('../pages/tables/table-page.js'), 'TablePage'),
});

const connectors = createRoute({
  getParentRoute: () => workspace,
  path: '/connectors',
  validateSearch: search.ConnectorsSearch,
  component: lazyRouteComponent(() => import('../pages/connectors/connectors-page.js'), 'ConnectorsPage'),
});

const importApi = createRoute({
  getParentRoute: () => workspace,
  path: '/connectors/import',
  validateSearch: search.ImportSearch,
  component: lazyRouteComponent(() => import('../pages/connectors/import/import-page.js'), 'ImportPage'),
});

const importState = createRoute({
  getParentRoute: () => workspace,
  path: '/connectors/import/$importId',
  component: lazyRouteComponent(() => import('../pages/connectors/import/import-state-page.js'), 'ImportStatePage'),
});

const connector = createRoute({
  getParentRoute: () => workspace,
  path: '/connectors/$connectorId',
  validateSearch: search.ConnectorSearch,
  component: lazyRouteComponent(() => import('../pages/connectors/connector-page.js'), 'ConnectorPage'),
});

const templates = createRoute({
  getParentRoute: () => workspace,
  path: '/templates',
  validateSearch: search.TemplatesSearch,
  component: lazyRouteComponent(() => import('../pages/templates/templates-page.js'), 'TemplatesPage'),
});

const template = createRoute({
  getParentRoute: () => workspace,
  path: '/templates/$templateId',
  validateSearch: search.WizardSearch,
  component: lazyRouteComponent(() => import('../pages/wizard/wizard-page.js'), 'WizardPage'),
});

const approvals = createRoute({
  getParentRoute: () => workspace,
  path: '/approvals',
  validateSearch: search.ApprovalsSearch,
  component: lazyRouteComponent(() => import('../pages/approvals/approvals-page.js'), 'ApprovalsPage'),
});

const deputies = createRoute({
  getParentRoute: () => workspace,
  path: '/approvals/deputies',
  component: lazyRouteComponent(() => import('../pages/deputies/deputies-page.js'), 'DeputiesPage'),
});

const approval = createRoute({
  getParentRoute: () => workspace,
  path: '/approvals/$approvalId',
  component: lazyRouteComponent(() => import('../pages/approvals/approval-page.js'), 'ApprovalPage'),
});

const arrivals = createRoute({
  getParentRoute: () => workspace,
  path: '/arrivals',
  validateSearch: search.ArrivalsSearch,
  component: lazyRouteComponent(() => import('../pages/arrivals/arrivals-page.js'), 'ArrivalsPage'),
});

const events = createRoute({
  getParentRoute: () => workspace,
  path: '/events',
  component: lazyRouteComponent(() => import('../pages/events/events-page.js'), 'EventsPage'),
});

const newSubscription = createRoute({
  getParentRoute: () => workspace,
  path: '/events/new',
  validateSearch: search.NewSubscriptionSearch,
  component: lazyRouteComponent(() => import('../pages/events/new-subscription-page.js'), 'NewSubscriptionPage'),
});

const subscription = createRoute({
  getParentRoute: () => workspace,
  path: '/events/$subscriptionId',
  component: lazyRouteComponent(() => import('../pages/events/subscription-page.js'), 'SubscriptionPage'),
});

const simulators = createRoute({
  getParentRoute: () => workspace,
  path: '/simulators',
  component: lazyRouteComponent(() => import('../pages/simulators/simulators-page.js'), 'SimulatorsPage'),
});

const simulator = createRoute({
  getParentRoute: () => workspace,
  path: '/simulators/$simulatorId',
  validateSearch: search.SimulatorSearch,
  component: lazyRouteComponent(() => import('../pages/simulators/simulator-page.js'), 'SimulatorPage'),
});

const members = createRoute({
  getParentRoute: () => workspace,
  path: '/members',
  component: lazyRouteComponent(() => import('../pages/members/members-page.js'), 'MembersPage'),
});

const audit = createRoute({
  getParentRoute: () => workspace,
  path: '/audit',
  validateSearch: search.AuditSearch,
  component: lazyRouteComponent(() => import('../pages/audit/audit-page.js'), 'AuditPage'),
});

const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  validateSearch: search.SettingsSearch,
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.js'), 'SettingsPage'),
});

/** The pages of a workspace. */
export const pages = [
  home,
  flows,
  editor,
  trials,
  plans,
  plan,
  runs,
  bulkActions,
  bulkAction,
  run,
  connections,
  newConnection,
  consent,
  connection,
  newOpalApp,
  opalApp,
  integrations,
  newIntegration,
  integration,
  people,
  person,
  teams,
  newTeam,
  team,
  tables,
  newTable,
  table,
  connectors,
  importApi,
  importState,
  connector,
  templates,
  template,
  approvals,
  deputies,
  approval,
  arrivals,
  events,
  newSubscription,
  subscription,
  simulators,
  simulator,
  members,
  audit,
  settings,
] as const;
