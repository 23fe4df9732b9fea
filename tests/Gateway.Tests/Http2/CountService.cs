using System.Globalization;
using Grpc.Core;

namespace Gateway.Tests.Http2;

/// <summary>A gRPC service that counts, as fast as the test says.</summary>
internal sealed class CountService : CounterBase
{
    private int _greeted;

    /// <summary>Lets the next number out.</summary>
    public SemaphoreSlim Next { get; } = new(0);

    public override Task<string> Greet(string name, ServerCallContext context)
    {
        _greeted++;
        context.ResponseTrailers.Add("greeted", $"{name} {_greeted}");
        return name.Length > 0 ? Task.FromResult("Hello " + name) : throw new RpcException(new Status(StatusCode.InvalidArgument, "Nobody"));
    }

    public override async Task Count(string most, IServerStreamWriter<string> numbers, ServerCallContext context)
    {
        for (var i = 1; i <= int.Parse(most, CultureInfo.InvariantCulture); i++)
        {
            await Next.WaitAsync(context.CancellationToken);
            await numbers.WriteAsync(i.ToString(CultureInfo.InvariantCulture));
        }

        context.ResponseTrailers.Add("counted", most);
    }
}
