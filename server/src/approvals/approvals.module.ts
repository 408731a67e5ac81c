import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';

@Module({ imports: [AuditModule, RunsModule], controllers: [ApprovalsController], providers: [ApprovalsService] })
export class ApprovalsModule {}
