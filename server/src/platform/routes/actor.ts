import type { Permission, Role } from '@castellan/api';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Somebody signed in, by session or token. */
export interface Person {
  userId: string;
  email: string;
  name: string;
  /** Null for a session. */
  tokenId: string | null;
}

/** A person in the workspace of the request, with what they may do there: the role's permissions, cut to a token's scopes. */
export interface Actor extends Person {
  workspaceId: string;
  role: Role;
  permissions: ReadonlySet<Permission>;
}

/** Turns a request's cookie or token into who calls. The guard alone asks it. */
export abstract class Authenticator {
  /** Who is signed in; null for nobody. Refuses a cookie that came with a write from another site. */
  abstract person(request: FastifyRequest): Promise<Person | null>;
  /** The same in a workspace; null in it means that there is none such for this person. */
  abstract actor(request: FastifyRequest, workspaceId: string): Promise<{ person: Person; actor: Actor | null } | null>;
  /** The program that calls, in the workspace that its token is for; null without a token that is good. */
  abstract program(request: FastifyRequest): Promise<Actor | null>;
}

/** The request with what the guard found. */
export type IdentifiedRequest = FastifyRequest & { person?: Person; actor?: Actor };

/** The member or token that calls, in the workspace of the path. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { actor } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!actor) throw new Error('A handler asks for its actor on a route without a workspace.');
  return actor;
});

/** Who is signed in, on a route without a workspace. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { person } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (!person) throw new Error('A handler asks for the person on a public route.');
  return person;
});
