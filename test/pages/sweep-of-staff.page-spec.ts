import { OF_STAFF } from '../support/page-list.js';
import { sweep } from '../support/sweep.js';

sweep(OF_STAFF);
