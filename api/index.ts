export * from './agents.js';
export * from './approvals.js';
export * from './budgets.js';
export * from './bulk.js';
export * from './connections.js';
export * from './connector-imports.js';
export * from './connector-words.js';
export * from './connectors.js';
export * from './deputies.js';
export * from './directory.js';
export * from './draft-runs.js';
export * from './errors.js';
export * from './event-subscriptions.js';
export * from './evidence.js';
export * from './flow-tests.js';
export * from './flows.js';
export * from './history.js';
export * from './in-flight.js';
export * from './integrations.js';
export * from './opal-app-calls.js';
export * from './opal-apps.js';
export * from './page.js';
export * from './people.js';
export * from './permissions.js';
export * from './plans.js';
export * from './policy.js';
export * from './polls.js';
export * from './protected.js';
export * from './retries.js';
export * from './route.js';
export * from './runs.js';
export * from './schema-fields.js';
export * from './shadows.js';
export * from './simulators.js';
export * from './subscriptions.js';
export * from './sweeps.js';
export * from './tables.js';
export * from './teams.js';
export * from './templates.js';
export * from './triggers.js';
export * from './undos.js';
export * from './webhooks.js';

import { agentRoutes } from './agents.js';
import { approvalRoutes } from './approvals.js';
import { budgetRoutes } from './budgets.js';
import { bulkRoutes } from './bulk.js';
import { connectionRoutes } from './connections.js';
import { connectorImportRoutes } from './connector-imports.js';
import { connectorRoutes } from './connectors.js';
import { deputyRoutes } from './deputies.js';
import { directoryRoutes } from './directory.js';
import { draftRunRoutes } from './draft-runs.js';
import { eventSubscriptionRoutes } from './event-subscriptions.js';
import { evidenceRoutes } from './evidence.js';
import { flowTestRoutes } from './flow-tests.js';
import { expressionRoutes, flowRoutes } from './flows.js';
import { historyRoutes } from './history.js';
import { inFlightRoutes } from './in-flight.js';
import { integrationRoutes } from './integrations.js';
import { opalAppRoutes } from './opal-apps.js';
import { peopleRoutes } from './people.js';
import { planRoutes } from './plans.js';
import { policyRoutes } from './policy.js';
import { pollRoutes } from './polls.js';
import { protectedRoutes } from './protected.js';
import { retryRoutes } from './retries.js';
import { runRoutes, streamRoutes } from './runs.js';
import { shadowRoutes } from './shadows.js';
import { simulatorRoutes } from './simulators.js';
import { subscriptionRoutes } from './subscriptions.js';
import { sweepRoutes } from './sweeps.js';
import { tableRoutes } from './tables.js';
import { teamRoutes } from './teams.js';
import { templateRoutes } from './templates.js';
import { triggerRoutes } from './triggers.js';
import { undoRoutes } from './undos.js';
import { webhookRoutes } from './webhooks.js';

/** Every route of `/api/v1`, by feature. */
export const routes = {
  people: peopleRoutes,
  agents: agentRoutes,
  flows: flowRoutes,
  flowTests: flowTestRoutes,
  draftRuns: draftRunRoutes,
  expressions: expressionRoutes,
  runs: runRoutes,
  retries: retryRoutes,
  bulk: bulkRoutes,
  history: historyRoutes,
  evidence: evidenceRoutes,
  inFlight: inFlightRoutes,
  shadows: shadowRoutes,
  plans: planRoutes,
  undos: undoRoutes,
  stream: streamRoutes,
  approvals: approvalRoutes,
  deputies: deputyRoutes,
  protected: protectedRoutes,
  budgets: budgetRoutes,
  policy: policyRoutes,
  triggers: triggerRoutes,
  webhooks: webhookRoutes,
  subscriptions: subscriptionRoutes,
  polls: pollRoutes,
  sweeps: sweepRoutes,
  connections: connectionRoutes,
  connectors: connectorRoutes,
  connectorImports: connectorImportRoutes,
  opalApps: opalAppRoutes,
  eventSubscriptions: eventSubscriptionRoutes,
  simulators: simulatorRoutes,
  tables: tableRoutes,
  integrations: integrationRoutes,
  directory: directoryRoutes,
  teams: teamRoutes,
  templates: templateRoutes,
};
