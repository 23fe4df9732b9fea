using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Transport.Client;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>A step of the host's own between the gateway and the server, as one that compresses.</summary>
public sealed class HostStepTests
{
    [Fact]
    public async Task Events_of_a_relayed_stream_go_through_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, services => services.AddSingleton<IStartupFilter>(new Capitals()));

        var (exchange, response) = await gateway.OpenStreamAsync(upstream);
        await exchange.SendAsync("data: a\n\n");

        await response.ExpectAsync("DATA: A\n\n");
    }

    private sealed class Capitals : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new CapitalStream(body.Stream)));
                return rest(context);
            });
            next(app);
        };
    }

    private sealed class CapitalStream(Stream inner) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(buffer.Span).ToUpperInvariant()), cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
    }
}
