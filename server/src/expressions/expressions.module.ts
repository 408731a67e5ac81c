import { Module } from '@nestjs/common';
import { Config } from '../config.js';
import { ExpressionHost } from './expression-host.js';
import { ExpressionsController } from './expressions.controller.js';

/** Expressions for runs, intake and previews. A process that hosts runs has two host processes, the API alone one. */
@Module({
  controllers: [ExpressionsController],
  providers: [
    {
      provide: ExpressionHost,
      useFactory: (config: Config) => new ExpressionHost({ processes: config.runsWorker ? 2 : 1 }),
      inject: [Config],
    },
  ],
  exports: [ExpressionHost],
})
export class ExpressionsModule {}
