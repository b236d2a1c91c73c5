// Stands for RTNeural in the tests: the part of its interface that rtneural_peer.cpp uses, as plain loops.
#pragma once

#include <cmath>
#include <tuple>
#include <vector>

namespace RTNeural
{
    template <typename T, int in, int out>
    class LSTMLayerT
    {
    public:
        void setWVals(const std::vector<std::vector<T>>& values) { w = values; }
        void setUVals(const std::vector<std::vector<T>>& values) { u = values; }
        void setBVals(const std::vector<T>& values) { b = values; }

        void reset()
        {
            for (int i = 0; i < out; i++)
            {
                outs[i] = c[i] = 0;
            }
        }

        void forward(const T* x)
        {
            T gates[4 * out];
            for (int g = 0; g < 4 * out; g++)
            {
                T sum = b[g];
                for (int i = 0; i < in; i++)
                {
                    sum += x[i] * w[i][g];
                }
                for (int i = 0; i < out; i++)
                {
                    sum += outs[i] * u[i][g];
                }
                gates[g] = g / out == 2 ? std::tanh(sum) : 1 / (1 + std::exp(-sum));
            }
            for (int i = 0; i < out; i++)
            {
                c[i] = gates[out + i] * c[i] + gates[i] * gates[2 * out + i];
                outs[i] = gates[3 * out + i] * std::tanh(c[i]);
            }
        }

        T outs[out];

    private:
        T c[out];
        std::vector<std::vector<T>> w, u;
        std::vector<T> b;
    };

    template <typename T, int in, int out, typename Layer>
    class ModelT
    {
    public:
        template <int index>
        Layer& get()
        {
            return std::get<index>(layers);
        }

        void reset() { get<0>().reset(); }

        T forward(const T* x)
        {
            get<0>().forward(x);
            return get<0>().outs[0];
        }

        const T* getOutputs() const { return std::get<0>(layers).outs; }

    private:
        std::tuple<Layer> layers;
    };
}
