import { testConnector, testExtract } from '@castellan/sdk/testing';
import description from './fixtures/workday-staffing.openapi.json' with { type: 'json' };
import { workday } from './workday.connector.js';
import { workdaySimulator } from './workday.simulator.js';

testConnector(workday, workdaySimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'workday/workday-staffing-v6.trim.json');
