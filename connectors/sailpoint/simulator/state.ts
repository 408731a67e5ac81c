import type { JsonObject, JsonValue } from '@castellan/sdk';
import type { SimulatedTokens } from '@castellan/sdk/simulator';

export interface SailpointSubscription {
  id: string;
  name: string;
  description?: string;
  triggerId: string;
  triggerName: string;
  type: string;
  responseDeadline: string;
  httpConfig?: {
    url: string;
    httpDispatchMode: 'SYNC' | 'ASYNC' | 'DYNAMIC';
    httpAuthenticationType?: 'NO_AUTH' | 'BASIC_AUTH' | 'BEARER_TOKEN';
    basicAuthConfig?: { userName?: string; password?: string | null } | null;
    bearerTokenAuthConfig?: { bearerToken?: string | null } | null;
  };
  eventBridgeConfig?: { awsAccount: string; awsRegion: string };
  enabled: boolean;
  filter?: string;
}

/** One event told to one subscription. */
export interface SailpointInvocation {
  id: string;
  triggerId: string;
  subscriptionId: string;
  subscriptionName: string;
  type: 'TEST' | 'REAL_TIME';
  secret: string;
  created: string;
  /** Until when an answer is waited for, that is given later. */
  deadline: string;
  /** Null while an answer is waited for. */
  completed: string | null;
  input: JsonObject;
  contentJson: JsonObject;
  output: JsonValue;
  /** Why there is no answer. */
  error: string | null;
}

export interface SailpointState {
  tokens: SimulatedTokens;
  subscriptions: SailpointSubscription[];
  /** Newest last. */
  invocations: SailpointInvocation[];
}
