using Harness.Tests.Checks;
using Harness.Tests.Clients;
using Harness.Tests.Direct;
using Harness.Tests.Edge;
using Harness.Tests.Gateway;
using Harness.Tests.Proxies;
using SseGateway.Testing;

namespace Harness.Tests.Running;

public sealed class Order() : LongestFirst(
    nameof(SilentNetworkTests), nameof(EdgeChecksTests), nameof(FieldCaseTests), nameof(DirectLimitTests), nameof(DirectTokenTests),
    nameof(DirectChecksTests), nameof(ReaderCasesTests), nameof(FaultyClientTests), nameof(CoreSetTests),
    nameof(ExecClientTests), nameof(ControlTests), nameof(FieldFaultTests));
