using Grpc.Core;

namespace Gateway.Tests.Http2;

/// <summary>What a compiler of protocol buffers would make; its messages are text, so that none is needed.</summary>
[BindServiceMethod(typeof(CounterBase), nameof(Bind))]
internal abstract class CounterBase
{
    /// <summary>One answer.</summary>
    public static readonly Method<string, string> Greeting = new(
        MethodType.Unary, "count.Counter", nameof(Greet), Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    /// <summary>The numbers from one to the one that is asked for, each as soon as the test says.</summary>
    public static readonly Method<string, string> Counting = new(
        MethodType.ServerStreaming, "count.Counter", nameof(Count), Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public static void Bind(ServiceBinderBase binder, CounterBase? service)
    {
        binder.AddMethod(Greeting, (UnaryServerMethod<string, string>)null!);
        binder.AddMethod(Counting, (ServerStreamingServerMethod<string, string>)null!);
    }

    public abstract Task<string> Greet(string name, ServerCallContext context);

    public abstract Task Count(string most, IServerStreamWriter<string> numbers, ServerCallContext context);
}
