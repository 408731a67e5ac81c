import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { PushKeeper } from './push-keeper.js';
import { PushSetups } from './push-setup.service.js';
import { PushesService } from './pushes.service.js';
import { ResourcesService } from './resources.service.js';
import { RuleKeeper } from './rule-keeper.js';
import { RulePreview } from './rule-preview.service.js';
import { TeamMembersService } from './team-members.service.js';
import { ResourcesController, TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';

/** Teams: groups that live here, by hand or by a rule, and written to groups of systems by runs of a flow. */
@Module({
  imports: [AuditModule, ExpressionsModule, FlowsModule, RunsModule],
  controllers: [TeamsController, ResourcesController],
  providers: [
    PushKeeper,
    PushSetups,
    PushesService,
    ResourcesService,
    RuleKeeper,
    RulePreview,
    TeamMembersService,
    TeamsService,
  ],
})
export class TeamsModule {}
