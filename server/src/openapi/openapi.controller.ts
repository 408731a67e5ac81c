import { Controller } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { OnOutside } from '../platform/routes/index.js';
import { describeApi } from './openapi.js';

@Controller()
export class OpenapiController {
  private document: Record<string, unknown> | null = null;

  constructor(private readonly addresses: Addresses) {}

  @OnOutside('GET', '/api/openapi.json')
  read() {
    this.document ??= describeApi(this.addresses.origin);
    return this.document;
  }
}
