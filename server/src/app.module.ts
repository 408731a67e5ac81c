import { Module } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConnectionsApiModule } from './connections/connections-api.module.js';
import { ConnectorImportsModule } from './connector-imports/connector-imports.module.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { DesignerModule } from './designer/designer.module.js';
import { DirectoryModule } from './directory/directory.module.js';
import { DraftRunsModule } from './draft-runs/draft-runs.module.js';
import { EmittedEventsModule } from './emitted-events/emitted-events.module.js';
import { EncryptionModule } from './encryption/encryption.module.js';
import { EventsModule } from './events/events.module.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { ExpressionsModule } from './expressions/expressions.module.js';
import { FlowsModule } from './flows/flows.module.js';
import { HealthModule } from './health/health.module.js';
import { HistoryModule } from './history/history.module.js';
import { IntegrationsModule } from './integrations/integrations.module.js';
import { OpalAppsModule } from './opal-apps/opal-apps.module.js';
import { OpenapiModule } from './openapi/openapi.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PlansApiModule } from './plans/plans-api.module.js';
import { EgressModule } from './platform/egress/egress.module.js';
import { TemporalModule } from './platform/temporal/temporal.module.js';
import { PolicyModule } from './policy/policy.module.js';
import { RunsModule } from './runs/runs.module.js';
import { SafetyModule } from './safety/safety.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { ShadowsModule } from './shadows/shadows.module.js';
import { SimulatorsModule } from './simulators/simulators.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';
import { TablesModule } from './tables/tables.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { TemplatesModule } from './templates/templates.module.js';
import { TriggersModule } from './triggers/triggers.module.js';
import { UndoModule } from './undo/undo.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

/** The server, feature by feature. All modes have all features; what runs in the background asks `Config` whether to. */
@Module({
  imports: [
    EgressModule,
    TemporalModule,
    AuthModule,
    WorkspacesModule,
    AuditModule,
    FlowsModule,
    ConnectionsApiModule,
    ConnectorsModule,
    ConnectorImportsModule,
    SimulatorsModule,
    OperationsModule,
    ExpressionsModule,
    TriggersModule,
    SubscriptionsModule,
    SchedulesModule,
    RunsModule,
    HistoryModule,
    EvidenceModule,
    EncryptionModule,
    ShadowsModule,
    DraftRunsModule,
    PlansApiModule,
    UndoModule,
    ApprovalsModule,
    SafetyModule,
    PolicyModule,
    TablesModule,
    DirectoryModule,
    IntegrationsModule,
    TeamsModule,
    TemplatesModule,
    OpalAppsModule,
    AgentsModule,
    EmittedEventsModule,
    EventsModule,
    OpenapiModule,
    HealthModule,
    DesignerModule,
  ],
})
export class AppModule {}
