import { OF_STAFF } from './page-list.js';
import { sweep } from './sweep.js';

sweep(OF_STAFF);
