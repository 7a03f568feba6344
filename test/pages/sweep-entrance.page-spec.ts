import { ENTRANCE } from './page-list.js';
import { sweep } from './sweep.js';

sweep(ENTRANCE);
