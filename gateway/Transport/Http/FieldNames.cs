using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace SseGateway.Transport.Http;

/// <summary>
/// The names of a request's fields. What <c>foreach</c> goes by is kept by the server with the request: 128 bytes of each stream for as long as it lives.
/// </summary>
internal static class FieldNames
{
    /// <summary>True when there is such a one.</summary>
    public static bool Any(IHeaderDictionary headers, Predicate<string> isSuch)
    {
        var count = headers.Count;
        var fields = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        try
        {
            headers.CopyTo(fields, 0);
            foreach (ref readonly var field in fields.AsSpan(0, count))
            {
                if (isSuch(field.Key))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            Array.Clear(fields, 0, count);
            ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(fields);
        }
    }
}
