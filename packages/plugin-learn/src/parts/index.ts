export { choosePart, type Part, type PartOptions, type PartSample, refuseStraddling } from './choose-part.js';
