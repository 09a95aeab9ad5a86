export { HALTED } from './halted.js';
export { type ChallengeSource, PROFILES, type Profile, type ProfileName } from './profiles.js';
export { REWARD, type RewardHistory, rewardHistory } from './reward.js';
export { simulateValidator } from './simulate.js';
export type { SimulateOptions, Simulation } from './types.js';
