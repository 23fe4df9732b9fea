using Xunit.Sdk;
using Xunit.v3;

// Most tests wait most of the time, for a peer or a timer: side by side, those of one class too, two of them keep a core busy.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 6)]
