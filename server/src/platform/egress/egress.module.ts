import type { HttpCore } from '@castellan/sdk';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { HTTP_CORE, makeHttpCore } from './http-core.js';

/** The HTTP core, for connectors and simulators: nothing else in the server calls out. */
@Global()
@Module({ providers: [{ provide: HTTP_CORE, inject: [Config], useFactory: makeHttpCore }], exports: [HTTP_CORE] })
export class EgressModule implements OnApplicationShutdown {
  constructor(@Inject(HTTP_CORE) private readonly core: HttpCore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.core.close();
  }
}
