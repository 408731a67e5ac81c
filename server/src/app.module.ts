import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { DesignerModule } from './designer/designer.module.js';
import { FlowsModule } from './flows/flows.module.js';
import { HealthModule } from './health/health.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

/** The server, feature by feature. All modes have all features; what runs in the background asks `Config` whether to. */
@Module({
  imports: [AuthModule, WorkspacesModule, AuditModule, FlowsModule, ConnectionsModule, HealthModule, DesignerModule],
})
export class AppModule {}
