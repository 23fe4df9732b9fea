namespace SseGateway.Transport;

/// <summary>The gateway went down while a stream's upstream had not answered yet.</summary>
internal sealed class DrainingException(Exception inner) : Exception("The gateway is going down.", inner);
