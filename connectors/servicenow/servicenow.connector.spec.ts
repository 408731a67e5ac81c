import { testConnector, testExtract } from '@castellan/sdk/testing';
import tableApi from './fixtures/servicenow-table.openapi.json' with { type: 'json' };
import { servicenow } from './servicenow.connector.js';
import { servicenowSimulator } from './servicenow.simulator.js';

testConnector(servicenow, servicenowSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(tableApi, 'servicenow/table_latest.json');
