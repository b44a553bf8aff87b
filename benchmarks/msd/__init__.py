"""Minimum shift design: cover a cyclic week of demand with few distinct shifts, proven optimal.

The relaxation alone is far away (3.1 of 8 shifts, 3.5 of 12), because a shift may be used by a
fraction. Tried, and what is kept of it:

- rows of coverage or of flow, limits per shift and day: flow, same bound, far fewer entries;
- cuts from minimum cuts of the flow (``cuts``): 3.1 to 6.8 of 8, 3.5 to 10.9 of 12;
- limits from what a better design may still spend (``tighten``): 10.8 to 12.7 of 16;
- HiGHS, SCIP and CP-SAT on the model with cuts: SCIP proves 2 to 4 times faster than HiGHS, and
  CP-SAT gets slower with the cuts, so SCIP gets them and CP-SAT the plain model;
- a descent over the used shifts first, each design staffed exactly by a warm linear program: in
  seconds it finds what the integer programs needed minutes for, and everything after it is a
  proof (30 minutes, no exact cover: 7710 after 200 s without, 7410 proven in 55 s with);
- where the demand cannot be met, cuts argue with the levels of a good design instead of the demand
  (``Design.lack``), or they are nearly void: 241.2 to 243.2 of 247, and half the time to prove;
- limits from the whole week's linear program, one per shift and day: a little stronger than from
  single days, but longer to compute than they save;
- CP-SAT at its side: it is first on small instances and helps the cuts with its designs.
"""
