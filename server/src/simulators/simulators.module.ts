import { Module } from '@nestjs/common';
import { SimulatorsClient } from './simulators.client.js';
import { SimulatorsController } from './simulators.controller.js';
import { SimulatorsService } from './simulators.service.js';

@Module({
  controllers: [SimulatorsController],
  providers: [SimulatorsClient, SimulatorsService],
  exports: [SimulatorsClient],
})
export class SimulatorsModule {}
