import { Module } from '@nestjs/common';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { FlowsModule } from '../flows/flows.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { ShadowPlayer } from './shadow-player.service.js';
import { ShadowsController } from './shadows.controller.js';
import { ShadowsService } from './shadows.service.js';

/** Drafts tried on past runs before they are published. */
@Module({
  imports: [ExpressionsModule, FlowsModule, RunsModule],
  controllers: [ShadowsController],
  providers: [ShadowPlayer, ShadowsService],
})
export class ShadowsModule {}
