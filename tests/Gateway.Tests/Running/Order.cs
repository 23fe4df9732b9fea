using Gateway.Tests.Fleet;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.HalfOpen;
using Gateway.Tests.Sharing.Load;
using Gateway.Tests.Tls;
using SseGateway.Testing;

namespace Gateway.Tests.Running;

public sealed class Order() : LongestFirst(
    nameof(NetworkGapTests), nameof(VanishedPeerTests), nameof(Crowds), nameof(LeaderDeathTests), nameof(LossTests), nameof(FleetLimitTests),
    nameof(CertificateRenewalTests), nameof(TakeoverTests), nameof(ResumeStormTests));
