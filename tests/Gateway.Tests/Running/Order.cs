using Gateway.Tests.Fleet;
using Gateway.Tests.Fleet.Answers;
using Gateway.Tests.Fleet.Deployed;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.HalfOpen;
using Gateway.Tests.Sharing.Life;
using Gateway.Tests.Sharing.Load;
using Gateway.Tests.Streams.Dialects;
using Gateway.Tests.Tls;
using SseGateway.Testing;

namespace Gateway.Tests.Running;

public sealed class Order() : LongestFirst(
    nameof(Crowds), nameof(VanishedPeerTests), nameof(NetworkGapTests), nameof(LeaderDeathTests), nameof(LossTests), nameof(AnswersAcrossTests),
    nameof(DeployedRedisTests), nameof(CertificateRenewalTests), nameof(AnswersLossTests), nameof(FleetLimitTests), nameof(TakeoverTests),
    nameof(ErrorFrameTests), nameof(DropsAndResumesTests), nameof(ChatsAcrossTests), nameof(ResumeStormTests), nameof(Traced), nameof(StoreTests));
