import { Module } from '@nestjs/common';
import { DesignerController } from './designer.controller.js';

@Module({ controllers: [DesignerController] })
export class DesignerModule {}
