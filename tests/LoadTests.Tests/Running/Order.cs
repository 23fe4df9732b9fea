using LoadTests.Tests.Processes;
using LoadTests.Tests.Scenarios;
using SseGateway.Testing;

namespace LoadTests.Tests.Running;

public sealed class Order() : LongestFirst(nameof(CompareTests), nameof(SmokeTests), nameof(WatchdogTests), nameof(CommandLineTests), nameof(ScenarioTests));
