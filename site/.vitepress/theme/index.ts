import { useData, useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import './style.css';

/** The default theme. A picture that has a dark variant follows the switch of the page, rather than the system's. */
export default {
  extends: DefaultTheme,
  setup() {
    const { isDark } = useData();
    const route = useRoute();
    const followSwitch = (): void => {
      for (const source of document.querySelectorAll<HTMLSourceElement>('picture > source')) {
        source.media = isDark.value ? 'all' : 'not all';
      }
    };
    onMounted(followSwitch);
    watch([isDark, () => route.path], () => nextTick(followSwitch));
  },
};
