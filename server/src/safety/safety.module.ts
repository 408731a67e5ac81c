import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { VersionsModule } from '../flows/versions.module.js';
import { BudgetsService } from './budgets.service.js';
import { ProtectedList } from './protected-list.service.js';
import { SafetyController } from './safety.controller.js';
import { SafetyGate } from './safety-gate.service.js';

/** What stands between a flow and what must not go wrong: those who are protected, and budgets. */
@Module({
  imports: [AuditModule, VersionsModule],
  controllers: [SafetyController],
  providers: [BudgetsService, ProtectedList, SafetyGate],
  exports: [SafetyGate],
})
export class SafetyModule {}
