using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Checks.Edge.Tokens;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using Xunit;

namespace Harness.Tests.Edge;

/// <summary>The edge's cases, asked of this project's gateway as <c>harness/targets/gateway</c> sets it up: what fails here and is not known breaks the
/// build.</summary>
public sealed class GatewayEdgeTests : IDisposable
{
    // Id and reason. A fixed one has to be taken out.
    private static readonly Dictionary<string, string> Known = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("sse-edge-").FullName;

    [Fact]
    public async Task Gateway_passes_the_edge_cases()
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var tokens = MakeKeys();
        await using var edge = await StartAsync("edge.json", origin);
        await using var limits = await StartAsync("limits.json", origin);
        var profile = Profile(edge, limits) with { Folder = _folder };
        var target = await TargetAddress.ResolveAsync(profile.Cors!.Url!, TestContext.Current.CancellationToken);
        var cases = CheckCase.All.Where(check => check.Row is { Long: false, Wave: < 3 } row && row.IsFor('G')).ToArray();

        var results = await new CheckRunner(
            target, origin, profile, seed: 1, parallel: 4, again: "check")
        { Confirms = true }.RunAsync(cases, TestContext.Current.CancellationToken);

        Assert.True(tokens > 0 && results.Count(result => result.Verdict == Verdict.Ok) > 30);
        Assert.Empty(results.Where(result => result.Verdict == Verdict.Error).Select(result => $"{result.Id}: {result.Actual}"));
        Assert.Equal(
            Known.Keys.Order(), results.Where(result => result.Verdict == Verdict.Failed).Select(
                result => Known.ContainsKey(result.Id) ? result.Id : $"{result.Id}: {result.Actual}").Order());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Template(string name, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../harness/targets/gateway", name));

    private static string Port(WebApplication app, int endpoint = 0) => app.Urls.Select(url => $"{new Uri(url).Port}").ElementAt(endpoint);

    // What needs a process of its own is left out: its log, its start with a wrong setting.
    private TargetProfile Profile(WebApplication edge, WebApplication limits)
    {
        var text = Template("profile.json").Replace("{port}", Port(edge)).Replace("{limits}", Port(limits)).Replace("{limits-http2}", Port(limits, 1))
            .Replace("{scheme}", "http").Replace("{admin}", "1").Replace("{star}", "1").Replace("{provider}", "1").Replace("{drain}", "1");
        var file = Path.Combine(_folder, "profile.json");
        File.WriteAllText(file, text);
        var profile = TargetProfile.Read(file);
        return profile with
        {
            Cors = profile.Cors! with { StarCommand = null, StarUrl = null },
            Auth = profile.Auth! with { Logs = [] },
            Admin = null,
            Drain = null,
            Process = null,
        };
    }

    private async Task<WebApplication> StartAsync(string name, StreamOrigin origin)
    {
        var text = Template(name).Replace("{origin}", $"{origin.Address}").Replace("{folder}", _folder).Replace("\"http://127.0.0.1:{admin}\"", "\"off\"")
            .Replace("{scheme}", "http").Replace("{port}", "0").Replace("{limits}", "0").Replace("{limits-http2}", "0").Replace("{provider}", "1");
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, text);
        var app = GatewayApp.Build(["--config", file], builder => builder.Logging.ClearProviders());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private int MakeKeys()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_folder, "rsa.pem"), rsa.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "ec.pem"), ec.ExportPkcs8PrivateKeyPem());
        SigningKey[] keys = [new("RS256", "rsa", "rsa.pem"), new("ES256", "ec", "ec.pem")];
        var tokens = new TokenMaker(new AuthSetup { Keys = keys }, name => Path.Combine(_folder, name));
        File.WriteAllText(
            Path.Combine(_folder, "jwks.json"), $$"""{"keys":[{{string.Join(',', keys.Select(key => tokens.PublicKey(key, key.KeyId).ToJsonString()))}}]}""");
        return keys.Length;
    }
}
