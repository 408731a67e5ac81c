import { z } from 'zod';

export const docs = 'https://docs.theopenlane.io';

/** Where the REST API is described. */
export const apiDocs = `${docs}/docs/api/overview`;

/** A responsibility that people and groups may have in the organisation beside their membership. */
export const role = z.object({ id: z.string(), name: z.string(), description: z.string().optional() });

export const organisationId = '01J4HMNDSZCCQBTY93BF9CBF5D';
