import { Module } from '@nestjs/common';
import { PolicyController } from './policy.controller.js';
import { PolicyService } from './policy.service.js';

/** The rules for flows that are published. */
@Module({ controllers: [PolicyController], providers: [PolicyService] })
export class PolicyModule {}
