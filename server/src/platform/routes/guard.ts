import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiError } from '../errors.js';
import { Authenticator, type IdentifiedRequest } from './actor.js';
import { hasWellFormedIds } from './input.js';
import { type Served, servedRoute } from './on.js';

/** The one gate of the server. What no route of the table opens stays shut. */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const served = Reflect.getMetadata(servedRoute, context.getHandler()) as Served | undefined;
    if (!served) throw new ApiError('forbidden');
    if (served === 'outside' || served.access === 'public') return true;

    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const params = request.params as Record<string, string>;
    if (served.access === 'signed-in') {
      request.person = (await this.authenticator.person(request)) ?? refuse();
    } else {
      const workspaceId = params.ws ?? '';
      if (!hasWellFormedIds(served, { ws: workspaceId })) {
        await this.authenticator.person(request).then((person) => person ?? refuse());
        throw new ApiError('not_found');
      }
      const { person, actor } = (await this.authenticator.actor(request, workspaceId)) ?? refuse();
      // A workspace that the person is no member of looks like one that does not exist.
      if (!actor) throw new ApiError('not_found');
      if (!actor.permissions.has(served.access)) throw new ApiError('forbidden', missing(served.access, actor.role));
      request.person = person;
      request.actor = actor;
    }
    if (!hasWellFormedIds(served, params)) throw new ApiError('not_found');
    return true;
  }
}

function refuse(): never {
  throw new ApiError('unauthenticated');
}

function missing(permission: string, role: string): string {
  return `This needs the permission ${permission}, which the role ${role} (or the token’s scopes) does not have.`;
}
