import { Module } from '@nestjs/common';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { HistoryKeeper } from './history-keeper.service.js';
import { RetentionService } from './retention.service.js';

/** What is kept of runs: large values, for how long, how much it is, and its removal. */
@Module({ controllers: [HistoryController], providers: [HistoryService, HistoryKeeper, RetentionService] })
export class HistoryModule {}
