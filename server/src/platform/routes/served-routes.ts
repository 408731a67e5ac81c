import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { servedRoute } from './on.js';

/** Refuses to start when a handler is reachable without saying for whom. */
@Injectable()
export class ServedRoutes implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (!metatype) continue;
      for (const name of this.scanner.getAllMethodNames(metatype.prototype)) {
        const handler = metatype.prototype[name];
        if (Reflect.hasMetadata(PATH_METADATA, handler) && !Reflect.hasMetadata(servedRoute, handler)) {
          throw new Error(`${metatype.name}.${name} is open to anybody by accident: serve it by @On or @OnOutside.`);
        }
      }
    }
  }
}
