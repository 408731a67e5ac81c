import { Module } from '@nestjs/common';
import { FlowsModule } from '../flows/flows.module.js';
import { RunPlans } from './run-plans.service.js';

/** Plans of the rest of runs, for approvals. */
@Module({
  imports: [FlowsModule],
  providers: [RunPlans],
  exports: [RunPlans],
})
export class PlansModule {}
