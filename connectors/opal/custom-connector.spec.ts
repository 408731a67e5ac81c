import { testExtract } from '@castellan/sdk/testing';
import description from './fixtures/custom-connector.openapi.json' with { type: 'json' };

testExtract(description, 'opal/openapi-connector-spec.118aeb85-with-events.yaml');
